"""Keeps: tables, inbox, stories, cases, users, audit."""
