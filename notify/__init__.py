"""Answers: outbox, mail, replies on X, alerts, the weekly digest."""
