"""What happens to a request on its way to the model: it is made to fit, paid for, and made again where that helps."""
