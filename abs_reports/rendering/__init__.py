"""From frozen figures to pages: what a chapter says, its charts and tables, the finished PDF."""

from abs_reports.rendering.report import Finished, render_report

__all__ = ["Finished", "render_report"]
