package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// ReadRecipe reads a recipe from JSON and checks it. Nothing that it says is
// passed over: an unknown field, a value of another type and a second value
// behind it are errors of kind Invalid, with the path of the place in Field as
// tables[0].columns[2].type.
func ReadRecipe(from io.Reader) (*Recipe, error) {
	text, err := readAtMost(from, MaxRecipe)
	if err != nil {
		return nil, err
	}
	var recipe Recipe
	if err := readStrict(text, &recipe); err != nil {
		return nil, err
	}
	if err := recipe.Check(); err != nil {
		return nil, err
	}
	// What is left out is empty, and never null where the recipe is written again.
	recipe.Tables = append([]RecipeTable{}, recipe.Tables...)
	for i := range recipe.Tables {
		recipe.Tables[i].Columns = append([]RecipeColumn{}, recipe.Tables[i].Columns...)
	}
	return &recipe, nil
}

func readAtMost(from io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, most+1))
	if err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	if int64(len(text)) > most {
		return nil, Errorf(TooLarge, "leave out what is found out anyway", "the JSON has more than %d bytes", most)
	}
	return text, nil
}

// readStrict decodes the one JSON value in text into what into points at.
func readStrict(text []byte, into any) error {
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var value any
	err := dec.Decode(&value)
	if err == nil {
		if _, end := dec.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("there is something behind the value")
		}
	}
	if err != nil {
		e := Errorf(Invalid, "send one JSON object in UTF-8", "this is not JSON: %v", err)
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			e.Pos = int(syntax.Offset)
		}
		return e
	}
	if err := fits(value, reflect.TypeOf(into).Elem(), ""); err != nil {
		return err
	}
	dec = json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(into); err != nil {
		return Errorf(Invalid, "see the schema in /docs", "the JSON cannot be read: %v", err)
	}
	return nil
}

// fits checks a decoded JSON value against the type that will take it.
func fits(value any, t reflect.Type, path string) error {
	if t.Kind() == reflect.Pointer {
		if value == nil {
			return nil
		}
		return fits(value, t.Elem(), path)
	}
	switch t.Kind() {
	case reflect.Struct:
		return fitsStruct(value, t, path)
	case reflect.Map:
		object, ok := value.(map[string]any)
		if !ok {
			return misfit(value, "an object", path)
		}
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if err := fits(object[name], t.Elem(), join(path, name)); err != nil {
				return err
			}
		}
	case reflect.Interface:
	case reflect.Slice, reflect.Array:
		list, ok := value.([]any)
		if _, one := value.(string); one && t == reflect.TypeFor[Names]() {
			return nil
		}
		if !ok {
			return misfit(value, "a list", path)
		}
		if t.Kind() == reflect.Array && len(list) != t.Len() {
			return misfit(value, "a list of "+strconv.Itoa(t.Len()), path)
		}
		for i, v := range list {
			if err := fits(v, t.Elem(), path+"["+strconv.Itoa(i)+"]"); err != nil {
				return err
			}
		}
	case reflect.String:
		if _, ok := value.(string); !ok {
			return misfit(value, "a text", path)
		}
	case reflect.Bool:
		if _, ok := value.(bool); !ok {
			return misfit(value, "true or false", path)
		}
	default:
		n, ok := value.(json.Number)
		if _, err := strconv.ParseInt(n.String(), 10, 32); !ok || err != nil {
			return misfit(value, "a whole number", path)
		}
	}
	return nil
}

func fitsStruct(value any, t reflect.Type, path string) error {
	object, ok := value.(map[string]any)
	if !ok {
		return misfit(value, "an object", path)
	}
	fields := map[string]reflect.Type{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		fields[name] = t.Field(i).Type
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		field, known := fields[name]
		if !known {
			e := Errorf(Invalid, "use one of: "+strings.Join(slices.Sorted(maps.Keys(fields)), ", "), "there is no field %q here", name)
			e.Field = join(path, name)
			return e
		}
		if err := fits(object[name], field, join(path, name)); err != nil {
			return err
		}
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func misfit(value any, want, path string) error {
	e := Errorf(Invalid, "write "+want, "this is %s, not %s", kindOf(value), want)
	e.Field = path
	return e
}

// kindOf says what a decoded JSON value is.
func kindOf(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return "the number " + v.String()
	case string:
		return "a text"
	case []any:
		return "a list of " + strconv.Itoa(len(v))
	}
	return "an object"
}
