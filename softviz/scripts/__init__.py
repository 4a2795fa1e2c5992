"""What is on screen as short scripts that run as they are: in NumPy, in PyTorch, with softviz.core."""
