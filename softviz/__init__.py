"""softviz: softmax, its family and its pictures."""
