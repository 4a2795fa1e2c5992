"""Training a classifier while it is watched: data, network, optimizer, and the recording of a run."""
