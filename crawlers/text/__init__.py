"""What every reader needs: characters out of bytes, a tree out of a page, plain text, dates and links."""
