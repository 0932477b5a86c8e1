// Package gongkai is the top of the module: it embeds the API's contract,
// openapi.yaml, and must hold nothing else.
package gongkai

import _ "embed"

// OpenAPI is openapi.yaml, the hand-written truth about the HTTP API.
//
//go:embed openapi.yaml
var OpenAPI []byte
