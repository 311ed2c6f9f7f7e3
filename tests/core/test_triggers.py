import pgtrigger
import pytest
from pgtrigger import registry

from cias.core.triggers import QuickRegistry, register_quickly
from households.models import Household

URI = "households.Household:test_only"


def test_what_is_kept_is_what_pgtrigger_would_make_again() -> None:
    quick = registry._registry
    assert isinstance(quick, QuickRegistry)
    assert len(quick) > 500
    assert quick.by_db_table == registry._Registry.by_db_table.fget(quick)
    assert quick.pg_function_names == registry._Registry.pg_function_names.fget(quick)
    register_quickly()
    assert registry._registry is quick


def test_a_name_of_a_table_is_given_once_and_again_when_it_is_free() -> None:
    quick, one = registry._registry, pgtrigger.Protect(name="test_only", operation=pgtrigger.Delete)
    registry.set(URI, model=Household, trigger=one)
    try:
        other = pgtrigger.Protect(name="test_only", operation=pgtrigger.Update)
        with pytest.raises(KeyError, match="already used"):
            registry.set(URI, model=Household, trigger=other)
        assert quick.by_db_table[Household._meta.db_table, "test_only"] is one
        assert one.get_pgid(Household) in quick.pg_function_names
    finally:
        registry.delete(URI)
    assert (Household._meta.db_table, "test_only") not in quick.by_db_table
    assert one.get_pgid(Household) not in quick.pg_function_names
