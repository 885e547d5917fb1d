"""What tools/crash-run is made of: a private cluster, servers, load, kills, and the judgement."""
