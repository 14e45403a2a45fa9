"""Settings, wiring, pipeline, engine, schedule and command line: the only place that joins the stages."""
