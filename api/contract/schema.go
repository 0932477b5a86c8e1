package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Schema makes a JSON Schema document (2020-12) of a component of the contract
// and of all that it refers to.
func (c *Contract) Schema(name string) ([]byte, error) {
	var doc struct {
		Components struct {
			Schemas map[string]map[string]any `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(c.json, &doc); err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	all := doc.Components.Schemas
	root, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("the contract has no schema %s", name)
	}
	defs := map[string]any{}
	for left := referred(root); len(left) > 0; {
		next := left[0]
		left = left[1:]
		if _, done := defs[next]; done {
			continue
		}
		def, ok := all[next]
		if !ok {
			return nil, fmt.Errorf("schema %s refers to %s, which there is not", name, next)
		}
		left = append(left, referred(def)...)
		defs[next] = def
	}
	out := maps.Clone(root)
	out["$schema"], out["$defs"], out["title"] = "https://json-schema.org/draft/2020-12/schema", defs, name
	return json.MarshalIndent(out, "", "  ")
}

const schemaRef = "#/components/schemas/"

// referred names the components that a schema refers to, and makes the
// references those of a document of its own.
func referred(schema any) (names []string) {
	switch v := schema.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			text, isText := v[key].(string)
			if name, ok := strings.CutPrefix(text, schemaRef); isText && ok && key == "$ref" {
				names = append(names, name)
				v[key] = "#/$defs/" + name
				continue
			}
			names = append(names, referred(v[key])...)
		}
	case []any:
		for _, item := range v {
			names = append(names, referred(item)...)
		}
	}
	return names
}
