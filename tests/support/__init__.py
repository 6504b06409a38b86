"""What several tests share: small projects, endpoints, answers, saved files."""
