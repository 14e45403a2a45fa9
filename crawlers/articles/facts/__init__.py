"""What an article's page says of the article: title, author, dates, picture, addresses."""
