"""The same answers for programs: over HTTP as JSON below /api/v1, and as tools of an MCP server at /mcp."""
