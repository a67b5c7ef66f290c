"""The right to watch: entitlements, the watch gate, playback sessions and progress."""
