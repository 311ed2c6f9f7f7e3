"""The writing room: texts of the chapters, partners' contributions, action plan, restitutions (S4, S10)."""
