"""Films from the files that operators hold: tables, TMDB's JSON, IMDb's TSV; any number of them."""
