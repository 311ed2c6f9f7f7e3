"""Tables of public statistics: about the whole population, as the producers publish it (S2)."""

from abs_reports.compiling.public.data import PublicData
from abs_reports.compiling.public.employment import employment_tables
from abs_reports.compiling.public.housing import housing_tables
from abs_reports.compiling.public.income import income_tables
from abs_reports.compiling.public.territory import territory_tables
from abs_reports.tables import DataTable

__all__ = ["PublicData", "public_tables"]


def public_tables(data: PublicData) -> list[DataTable]:
    """Every table the imported files allow, in the order of the chapters."""
    return [
        *territory_tables(data),
        *housing_tables(data),
        *income_tables(data),
        *employment_tables(data),
    ]
