"""The demonstration world: invented newspapers, an organisation, an X stand-in and a mail sink, all on loopback."""
