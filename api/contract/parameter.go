package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"

	"gongkai/catalog"
)

// Params are the checked parameters of a request, by name, defaults filled in.
type Params struct{ values map[string]any }

// Text gives a string parameter, "" where it is left out.
func (p Params) Text(name string) string { s, _ := p.values[name].(string); return s }

// Int gives an integer parameter, 0 where it is left out.
func (p Params) Int(name string) int { n, _ := p.values[name].(int); return n }

// Bool gives a boolean parameter, false where it is left out.
func (p Params) Bool(name string) bool { b, _ := p.values[name].(bool); return b }

// Has reports whether the parameter was given or has a default.
func (p Params) Has(name string) bool { _, ok := p.values[name]; return ok }

// With gives the parameters with one changed.
func (p Params) With(name string, value any) Params {
	values := maps.Clone(p.values)
	values[name] = value
	return Params{values}
}

// parameter is the schema of one parameter, made ready for checking: kin's own
// check compiles the schema again for every request.
type parameter struct {
	name, in string
	kind     string // string, integer or boolean
	enum     []string
	pattern  *regexp.Regexp
	min, max int64 // of integers; characters of strings
	bounded  bool  // max is set
	fallback any
}

// schemaKeys are the keywords that parse enforces, and those that promise nothing.
var schemaKeys = []string{"type", "enum", "pattern", "minimum", "maximum", "minLength", "maxLength", "default", "description"}

type parameterSchema struct {
	Type      string   `json:"type"`
	Enum      []string `json:"enum"`
	Pattern   string   `json:"pattern"`
	Minimum   *int64   `json:"minimum"`
	Maximum   *int64   `json:"maximum"`
	MinLength *int64   `json:"minLength"`
	MaxLength *int64   `json:"maxLength"`
	Default   any      `json:"default"`
}

func newParameter(from *openapi3.Parameter) (*parameter, error) {
	p := &parameter{name: from.Name, in: from.In}
	if from.In == openapi3.ParameterInQuery && from.Required {
		return nil, fmt.Errorf("required query parameters are not checked")
	}
	if from.Schema == nil || from.Schema.Value == nil {
		return nil, fmt.Errorf("has no schema")
	}
	s, err := readSchema(from.Schema.Value)
	if err != nil {
		return nil, err
	}
	p.kind, p.enum = s.Type, s.Enum
	low, high := s.MinLength, s.MaxLength
	if s.Type == "integer" {
		low, high = s.Minimum, s.Maximum
	}
	if low != nil {
		p.min = *low
	}
	if high != nil {
		p.max, p.bounded = *high, true
	}
	if s.Pattern != "" {
		if p.pattern, err = regexp.Compile(s.Pattern); err != nil {
			return nil, err
		}
	}
	return p, p.setDefault(s.Default)
}

func readSchema(schema *openapi3.Schema) (s parameterSchema, err error) {
	text, err := json.Marshal(schema)
	if err != nil {
		return s, err
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return s, err
	}
	for key := range keys {
		if !slices.Contains(schemaKeys, key) && !strings.HasPrefix(key, "x-") {
			return s, fmt.Errorf("keyword %s is not checked", key)
		}
	}
	if err := json.Unmarshal(text, &s); err != nil {
		return s, err
	}
	if !slices.Contains([]string{"string", "integer", "boolean"}, s.Type) {
		return s, fmt.Errorf("type %s is not checked", s.Type)
	}
	return s, nil
}

func (p *parameter) setDefault(v any) error {
	switch v := v.(type) {
	case nil:
	case float64:
		p.fallback = int(v)
	case string, bool:
		p.fallback = v
	default:
		return fmt.Errorf("default %v is not understood", v)
	}
	return nil
}

// parse reads and checks one value.
func (p *parameter) parse(text string) (any, *catalog.Error) {
	switch p.kind {
	case "boolean":
		switch text {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
		return nil, p.wrong(text, "give true or false")
	case "integer":
		return p.parseInteger(text)
	}
	return p.parseText(text)
}

func (p *parameter) parseInteger(text string) (any, *catalog.Error) {
	fix := fmt.Sprintf("give a whole number, %d or more", p.min)
	if p.bounded {
		fix = fmt.Sprintf("give a whole number from %d to %d", p.min, p.max)
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case strings.Trim(strings.TrimPrefix(text, "-"), "0123456789") != "" || text == "":
		return nil, p.wrong(text, fix)
	case err != nil || p.bounded && n > p.max:
		e := p.wrong(text, fix)
		e.Message = fmt.Sprintf("%s is %s; the most is %d", p.name, short(text), p.max)
		return nil, e
	case n < p.min:
		e := p.wrong(text, fix)
		e.Message = fmt.Sprintf("%s is %s; the least is %d", p.name, short(text), p.min)
		return nil, e
	}
	return int(n), nil
}

func (p *parameter) parseText(text string) (any, *catalog.Error) {
	length := int64(utf8.RuneCountInString(text))
	switch {
	case p.enum != nil:
		if !slices.Contains(p.enum, text) {
			return nil, p.wrong(text, "use one of: "+strings.Join(p.enum, ", "))
		}
	case p.bounded && length > p.max:
		e := p.wrong(text, fmt.Sprintf("give at most %d characters", p.max))
		e.Message = fmt.Sprintf("%s has %d characters; the most is %d", p.name, length, p.max)
		return nil, e
	case length < p.min:
		return nil, p.wrong(text, fmt.Sprintf("give at least %d characters, or leave it out", p.min))
	case p.pattern != nil && !p.pattern.MatchString(text):
		return nil, p.wrong(text, "it must look like "+p.pattern.String())
	}
	return text, nil
}

func (p *parameter) wrong(text, fix string) *catalog.Error {
	e := catalog.Errorf(catalog.Invalid, fix, "%s cannot be %q", p.name, short(text))
	e.Field = p.name
	return e
}

// parseQuery reads a query string, refusing what url.Query drops silently.
func parseQuery(raw string) (url.Values, error) {
	if raw == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		e := catalog.Errorf(catalog.Invalid, "percent-encode the values: % as %25, ; as %3B, & as %26, + as %2B",
			"the query string cannot be read")
		e.Cause = err
		return nil, e
	}
	for name, list := range values {
		for _, text := range append(list, name) {
			if !utf8.ValidString(text) {
				e := catalog.Errorf(catalog.Invalid, "percent-encode the UTF-8 bytes of the text", "%q is not UTF-8", short(text))
				e.Field = strings.ToValidUTF8(short(name), "\uFFFD")
				return nil, e
			}
		}
	}
	return values, nil
}

// short keeps messages readable whatever was sent.
func short(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}
