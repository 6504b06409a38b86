"""How the clients people use react to refusals, failures and odd answers, as data."""
