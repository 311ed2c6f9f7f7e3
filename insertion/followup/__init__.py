"""The life of a pathway (I5): deadlines, first meeting, re-examination, absences, exit. Facts, never sanctions."""
