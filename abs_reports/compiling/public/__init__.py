"""Tables of public statistics: about the whole population, as the producers publish it (S2)."""

from abs_reports.compiling.public.data import PublicData
from abs_reports.compiling.public.employment import employment_tables
from abs_reports.compiling.public.housing import housing_tables
from abs_reports.compiling.public.income import income_tables
from abs_reports.compiling.public.levels import level_tables
from abs_reports.compiling.public.people import people_tables
from abs_reports.compiling.public.support import support_tables
from abs_reports.compiling.public.territory import territory_tables
from abs_reports.tables import DataTable

__all__ = ["PublicData", "public_tables"]


def public_tables(data: PublicData) -> list[DataTable]:
    """Every table the imported files allow; in a chapter, the comparison with other levels comes last."""
    return [
        *territory_tables(data),
        *people_tables(data),
        *support_tables(data),
        *housing_tables(data),
        *income_tables(data),
        *employment_tables(data),
        *level_tables(data),
    ]
