"""The directories: departments, people at other bodies, journeys of services."""
