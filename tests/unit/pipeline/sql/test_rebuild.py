"""The queries that make live cells of events again: golden, bounded, without literals of users."""

from pipeline.sql.rebuild import cells_query
from tests.unit.pipeline.sql.small_catalogue import small_catalogue
from tests.unit.pipeline.sql.test_flink import check_golden


def test_the_queries_are_the_golden_text() -> None:
    catalogue = small_catalogue()
    text = "".join(
        f"-- {cube.name}\n{cells_query(catalogue, cube)};\n\n" for cube in catalogue.cubes.values()
    )
    check_golden("rebuild.sql", text)


def test_every_query_is_bounded_by_link_topic_and_minutes() -> None:
    catalogue = small_catalogue()
    for cube in catalogue.cubes.values():
        text = cells_query(catalogue, cube)
        assert all(f"{{{name}:" in text for name in ("link", "topic", "start", "end"))


def test_cells_of_users_leave_out_guests_and_lines_that_add_nothing() -> None:
    catalogue = small_catalogue()
    for name in ("users", "buyers_28H"):
        text = cells_query(catalogue, catalogue.cubes[name])
        assert "user_id != ''" in text
        assert "kind = 'sale'" in text
