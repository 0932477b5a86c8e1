package contract

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"gongkai/catalog"
)

// maxBody is how much of a JSON body is read: requests are a few words.
const maxBody = 64 << 10

// body is the JSON request body of an operation; files have no schema here.
type body struct {
	required bool
	schema   *openapi3.Schema
}

func newBody(from *openapi3.RequestBody) *body {
	media := from.Content["application/json"]
	if media == nil || media.Schema == nil {
		return nil
	}
	return &body{required: from.Required, schema: media.Schema.Value}
}

// Body reads the JSON body of a request, checks it against the document and
// decodes it into v, which stays as it is where an optional body is missing.
func (o *Operation) Body(r *http.Request, v any) error {
	text, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		e := catalog.Errorf(catalog.Invalid, "send the request again", "the body broke off")
		e.Cause = err
		return e
	}
	switch {
	case len(text) > maxBody:
		return catalog.Errorf(catalog.TooLarge, "send at most 65536 bytes", "the body is too large")
	case len(text) == 0 && !o.body.required:
		return nil
	case len(text) == 0:
		return catalog.Errorf(catalog.Invalid, "send a JSON object as /docs describes it", "the body is missing")
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return catalog.Errorf(catalog.Unsupported, "send JSON with Content-Type: application/json",
			"the body's type is %q", short(r.Header.Get("Content-Type")))
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return notJSON(err)
	}
	if err := o.body.schema.VisitJSON(value, openapi3.EnableJSONSchema2020()); err != nil {
		return notAllowed(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return notJSON(err)
	}
	return nil
}

func notJSON(err error) error {
	e := catalog.Errorf(catalog.Invalid, "send one JSON value in UTF-8", "the body is not JSON: %v", err)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		e.Pos = int(syntax.Offset)
	}
	return e
}

func notAllowed(err error) error {
	e := catalog.Errorf(catalog.Invalid, "see the operation's request body in /docs", "the body is not as it should be")
	e.Cause = err
	var many openapi3.MultiError
	if errors.As(err, &many) && len(many) > 0 {
		err = many[0]
	}
	var schema *openapi3.SchemaError
	if errors.As(err, &schema) {
		e.Field = strings.Join(schema.JSONPointer(), ".")
		e.Message += ": " + schema.Reason
	}
	return e
}
