"""Live runs: preparing and recording one, showing its progress, and the folders that keep them."""
