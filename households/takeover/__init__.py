"""Take over an existing list of households (H17): read, map, verify, import, undo."""
