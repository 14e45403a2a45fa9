"""Small honest fakes: real servers on loopback that speak the real protocols."""
