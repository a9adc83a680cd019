"""The archive job: run as `python -m pipeline.jobs.archive` with its specification on stdin."""

from pipeline.jobs.archive_sink import event_sink
from pipeline.jobs.environment import ARCHIVE_PACE
from pipeline.jobs.program import Program
from pipeline.jobs.specification import ArchiveSpec
from pipeline.sql.archive import ARCHIVE_FUNCTION

PROGRAM = Program(ArchiveSpec.load, ARCHIVE_PACE, ARCHIVE_FUNCTION, event_sink)

if __name__ == "__main__":
    PROGRAM.main()
