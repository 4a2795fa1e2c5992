"""What softviz is measured by, against its peers in the same run."""
