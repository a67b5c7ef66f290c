"""What can be watched: titles, people, genres, reviews, and where each may be shown."""
