"""The live job: run as `python -m pipeline.jobs.live` with its specification on stdin."""

from pipeline.jobs.environment import LIVE_PACE
from pipeline.jobs.program import Program
from pipeline.jobs.sinks import cell_sink
from pipeline.jobs.specification import LiveSpec
from pipeline.sql.flink import SINK_FUNCTION

PROGRAM = Program(LiveSpec.load, LIVE_PACE, SINK_FUNCTION, cell_sink)

if __name__ == "__main__":
    PROGRAM.main()
