"""The diagnosis of a person (I3): obstacles, themes, objectives, actions."""
