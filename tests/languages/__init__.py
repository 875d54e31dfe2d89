"""R and Java on real kernels, which the ordinary installation does not bring."""
