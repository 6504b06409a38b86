# A call as the page shows it, with curl. It prints the body, whatever it is.
if [ -n "$ANTHROPIC_API_KEY" ]; then
  key="x-api-key: $ANTHROPIC_API_KEY"
else
  key="authorization: Bearer $ANTHROPIC_AUTH_TOKEN"
fi
exec curl --silent --show-error --noproxy '*' --max-time 60 "$ANTHROPIC_BASE_URL/v1/messages" \
  --header "$key" \
  --header "content-type: application/json" \
  --header "anthropic-version: 2023-06-01" \
  --data '{"model": "'"$MODEL"'", "max_tokens": 1024,
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Who are you?"}]}]}'
