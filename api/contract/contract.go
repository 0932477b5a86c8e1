// Package contract is the API's contract at run time: it loads openapi.yaml
// once, gives it to readers, and checks requests against it by operationId.
//
// It must not route, answer or read the bodies of uploads: what it finds wrong
// goes back as *catalog.Error, and files pass by it unread.
package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"gongkai/catalog"
)

// Contract is openapi.yaml, checked and made ready.
type Contract struct {
	doc        *openapi3.T
	yaml, json []byte
	operations map[string]*Operation
}

// Load reads and checks the document. It fails where the document is not valid
// OpenAPI, or where a parameter's schema says something that Check does not
// enforce: a promise that nobody keeps is refused.
func Load(ctx context.Context, yaml []byte) (*Contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(yaml)
	if err != nil {
		return nil, fmt.Errorf("read openapi.yaml: %w", err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("openapi.yaml is not valid: %w", err)
	}
	text, err := json.MarshalIndent(doc, "", " ")
	if err != nil {
		return nil, fmt.Errorf("write openapi.json: %w", err)
	}
	c := &Contract{doc: doc, yaml: yaml, json: text, operations: map[string]*Operation{}}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o, err := newOperation(method, path, item, op)
			if err != nil {
				return nil, fmt.Errorf("openapi.yaml: %s %s: %w", method, path, err)
			}
			if c.operations[o.ID] != nil {
				return nil, fmt.Errorf("openapi.yaml: operationId %s is there twice", o.ID)
			}
			c.operations[o.ID] = o
		}
	}
	return c, nil
}

// Document is the parsed document; nobody may change it.
func (c *Contract) Document() *openapi3.T { return c.doc }

// YAML is the document as it was written.
func (c *Contract) YAML() []byte { return c.yaml }

// JSON is the document as JSON.
func (c *Contract) JSON() []byte { return c.json }

// Operation finds an operation by its operationId.
func (c *Contract) Operation(id string) (*Operation, bool) {
	o, ok := c.operations[id]
	return o, ok
}

// Operations gives all operations, by path and method.
func (c *Contract) Operations() []*Operation {
	all := make([]*Operation, 0, len(c.operations))
	for _, o := range c.operations {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *Operation) int {
		return strings.Compare(a.Path+" "+a.Method, b.Path+" "+b.Method)
	})
	return all
}

// Operation is one thing that the API does.
type Operation struct {
	ID     string
	Method string
	Path   string // as the document writes it: /api/v1/datasets/{dataset}

	path  []*parameter
	query []*parameter
	names string // of the query parameters, for messages
	body  *body
}

func newOperation(method, path string, item *openapi3.PathItem, op *openapi3.Operation) (*Operation, error) {
	if op.OperationID == "" {
		return nil, fmt.Errorf("has no operationId")
	}
	o := &Operation{ID: op.OperationID, Method: method, Path: path}
	for _, ref := range append(slices.Clone(item.Parameters), op.Parameters...) {
		p, err := newParameter(ref.Value)
		if err != nil {
			return nil, fmt.Errorf("parameter %s: %w", ref.Value.Name, err)
		}
		switch p.in {
		case openapi3.ParameterInPath:
			o.path = append(o.path, p)
		case openapi3.ParameterInQuery:
			o.query = append(o.query, p)
		default:
			return nil, fmt.Errorf("parameter %s is in %s, which is not checked", p.name, p.in)
		}
	}
	var names []string
	for _, p := range o.query {
		names = append(names, p.name)
	}
	o.names = strings.Join(names, ", ")
	if op.RequestBody != nil {
		o.body = newBody(op.RequestBody.Value)
	}
	return o, nil
}

// Check takes the parameters out of a request and checks each. An unknown or
// repeated one, and a value that the document does not allow, is an error of
// kind Invalid with Field and Fix; a path that cannot name anything is NotFound.
func (o *Operation) Check(r *http.Request) (Params, error) {
	params := Params{values: make(map[string]any, len(o.path)+len(o.query))}
	for _, p := range o.path {
		text := r.PathValue(p.name)
		if r.URL.RawPath != "" { // the router then cuts the path as it was sent
			if plain, err := url.PathUnescape(text); err == nil {
				text = plain
			}
		}
		v, err := p.parse(text)
		if err != nil {
			err.Kind = catalog.NotFound
			return Params{}, err
		}
		params.values[p.name] = v
	}
	given, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return Params{}, err
	}
	for name, values := range given {
		if err := o.known(name, values); err != nil {
			return Params{}, err
		}
	}
	for _, p := range o.query {
		values, ok := given[p.name]
		if !ok {
			if p.fallback != nil {
				params.values[p.name] = p.fallback
			}
			continue
		}
		v, err := p.parse(values[0])
		if err != nil {
			return Params{}, err
		}
		params.values[p.name] = v
	}
	return params, nil
}

func (o *Operation) known(name string, values []string) error {
	if !slices.ContainsFunc(o.query, func(p *parameter) bool { return p.name == name }) {
		fix := "use one of: " + o.names
		if o.names == "" {
			fix = "leave it out; this URL takes no parameters"
		}
		err := catalog.Errorf(catalog.Invalid, fix, "there is no parameter %q here", short(name))
		err.Field = short(name)
		return err
	}
	if len(values) > 1 {
		err := catalog.Errorf(catalog.Invalid, "give it once", "the parameter %s is given %d times", name, len(values))
		err.Field = name
		return err
	}
	return nil
}
