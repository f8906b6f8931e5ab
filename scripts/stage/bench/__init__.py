"""Speed and memory, told as ratios against a baseline that is measured in the same run."""
