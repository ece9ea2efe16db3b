def __dir__():
    return []
