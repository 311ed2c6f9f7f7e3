"""The programme, its sessions, those who come, what they thought of it."""
