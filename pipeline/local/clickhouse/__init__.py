"""The embedded ClickHouse: one chDB engine behind ClickHouse's HTTP interface, in a process."""
