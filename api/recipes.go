package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// recipeTag names a revision of a recipe, as ETag and If-Match have it.
func recipeTag(number int) string { return "r" + strconv.Itoa(number) }

// replyRecipe answers with a revision of a recipe, which its ETag names.
func (s *Server) replyRecipe(w http.ResponseWriter, r *request, status int, rev *catalog.RecipeRevision) error {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(&rev.Recipe); err != nil {
		return fmt.Errorf("write the recipe: %w", err)
	}
	// The tag is strong, for a revision never changes.
	encoding, done, err := s.prepare(w, r.Request, jsonType, freshness{tag: recipeTag(rev.Number), pinned: true, private: true, modified: rev.CreatedAt})
	if err != nil || done {
		return err
	}
	return s.send(w, r.Request, status, encoding, buf.Bytes())
}

func (s *Server) getRecipe(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	rev, err := s.cfg.Store.Recipe(r.Context(), d.ID, r.params.Int("revision"))
	if err != nil {
		return err
	}
	return s.replyRecipe(w, r, http.StatusOK, rev)
}

type revisionView struct {
	Revision  int       `json:"revision"`
	Version   *int      `json:"version"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by"`
	URL       string    `json:"url"`
}

func (s *Server) listRecipes(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.ReadUpload)
	if err != nil {
		return err
	}
	all, err := s.cfg.Store.ListRecipes(r.Context(), d.ID)
	if err != nil {
		return err
	}
	views := make([]revisionView, 0, len(all))
	for i := range all {
		rev := &all[i]
		view := revisionView{Revision: rev.Number, CreatedAt: rev.CreatedAt, CreatedBy: rev.CreatedBy,
			URL: datasetURL(r.base, d) + "/recipe?revision=" + strconv.Itoa(rev.Number)}
		if rev.Version > 0 {
			view.Version = &rev.Version
		}
		views = append(views, view)
	}
	return s.reply(w, r, http.StatusOK, list(views), freshness{})
}

// putRecipe makes what was sent the recipe in force.
func (s *Server) putRecipe(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.EditRecipe)
	if err != nil {
		return err
	}
	newest, err := s.newestRecipe(r, d)
	if err != nil {
		return err
	}
	if err := seen(r, newest.Number, true); err != nil {
		return err
	}
	var recipe *catalog.Recipe
	err = s.jsonBody(w, r, func(body io.Reader) (err error) {
		recipe, err = catalog.ReadRecipe(body)
		return err
	})
	if err != nil {
		return err
	}
	return s.saveRecipe(w, r, d, newest, recipe)
}

// newestRecipe gives the recipe in force; number 0 where there is none.
func (s *Server) newestRecipe(r *request, d *catalog.Dataset) (*catalog.RecipeRevision, error) {
	newest, err := s.cfg.Store.Recipe(r.Context(), d.ID, 0)
	if err != nil && catalog.KindOf(err) == catalog.NotFound {
		return &catalog.RecipeRevision{}, nil
	}
	return newest, err
}

// saveRecipe stores a recipe in the name of the token and answers with it. Who
// decided about personal information is ours to say.
func (s *Server) saveRecipe(w http.ResponseWriter, r *request, d *catalog.Dataset, newest *catalog.RecipeRevision, recipe *catalog.Recipe) error {
	recipe.Sign(&newest.Recipe, r.who.Name, time.Now())
	rev, err := s.cfg.Store.SaveRecipe(r.Context(), d.ID, recipe, r.who.Name, newest.Number)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if rev.Number == 1 && newest.Number == 0 {
		status = http.StatusCreated
	}
	return s.replyRecipe(w, r, status, rev)
}

// seen wants the writer to have seen the revision in force, as the header
// If-Match tells. Where wanted is false the header may be missing.
func seen(r *request, newest int, wanted bool) error {
	given := strings.Join(r.Header.Values("If-Match"), ",")
	if given == "" && (newest == 0 || !wanted) {
		return nil
	}
	for _, tag := range strings.Split(given, ",") {
		tag = strings.Trim(strings.TrimPrefix(strings.TrimSpace(tag), "W/"), `"`)
		tag, _, _ = strings.Cut(tag, "-") // of an encoding
		if tag == recipeTag(newest) || tag == "*" && newest > 0 {
			return nil
		}
	}
	message := "the recipe was changed meanwhile"
	if given == "" {
		message = "there is a recipe already, and the request does not say that you have seen it"
	} else if newest == 0 {
		message = "there is no recipe yet"
	}
	e := catalog.Errorf(catalog.Conflict, "get the recipe, make your change there, and send its ETag as If-Match", "%s", message)
	e.Field = "If-Match"
	return e
}

// jsonBody hands the JSON body of a request to read, as patiently as an upload.
func (s *Server) jsonBody(w http.ResponseWriter, r *request, read func(io.Reader) error) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != jsonType {
		e := catalog.Errorf(catalog.Unsupported, "send JSON with Content-Type: application/json", "the body is no JSON by its type")
		e.Field = "Content-Type"
		return e
	}
	body := newProgressReader(w, r.Body, s.cfg.Stall)
	defer body.done()
	return broken(r.Context(), read(body))
}

// getVersionRecipe tells how a version was read. The public does not learn who
// decided about personal information, nor what its values may be.
func (s *Server) getVersionRecipe(w http.ResponseWriter, r *request) error {
	d, v, err := s.cfg.Library.Version(r.Context(), r.who, r.params.Text("dataset"), strconv.Itoa(r.params.Int("version")))
	if err != nil {
		return err
	}
	recipe, err := s.reading(r, d, v)
	if err != nil {
		return err
	}
	return s.reply(w, r, http.StatusOK, recipe, freshness{pinned: true, private: !v.State.Public() || !d.Public(), modified: v.PublishedAt})
}

// reading is how a version was read, as far as who asks may know.
func (s *Server) reading(r *request, d *catalog.Dataset, v *catalog.Version) (*catalog.Recipe, error) {
	recipe, err := s.cfg.Store.Reading(r.Context(), v.ID)
	if err != nil {
		return nil, err
	}
	if !catalog.May(r.who, catalog.ReadUpload, catalog.Subject{Dataset: d}) {
		recipe.Redact()
	}
	return recipe, nil
}

// getTableSchema describes a table as Frictionless Table Schema.
func (s *Server) getTableSchema(w http.ResponseWriter, r *request) error {
	ref, err := s.table(r)
	if err != nil {
		return err
	}
	recipe, err := s.reading(r, ref.Dataset, ref.Version)
	if err != nil && catalog.KindOf(err) != catalog.NotFound {
		return err
	}
	var read *catalog.RecipeTable
	if err == nil {
		read = recipe.Table(ref.Table.Name)
	}
	return s.reply(w, r, http.StatusOK, catalog.TableSchemaOf(ref.Table, read), s.freshness(r, ref))
}

// putTableSchema writes into the recipe what a Table Schema says of a table.
func (s *Server) putTableSchema(w http.ResponseWriter, r *request) error {
	d, err := s.mine(r, catalog.EditRecipe)
	if err != nil {
		return err
	}
	newest, err := s.newestRecipe(r, d)
	if err != nil {
		return err
	}
	if err := seen(r, newest.Number, false); err != nil {
		return err
	}
	name := r.params.Text("table")
	recipe := newest.Recipe
	table := recipe.Table(name)
	if table == nil {
		return catalog.Errorf(catalog.NotFound, "publish a version first, or put a recipe that has the table", "the recipe has no table %q", name)
	}
	var schema *catalog.TableSchema
	err = s.jsonBody(w, r, func(body io.Reader) (err error) {
		schema, err = catalog.ReadTableSchema(body)
		return err
	})
	if err == nil {
		err = schema.Apply(table)
	}
	if err == nil {
		err = recipe.Check()
	}
	if err != nil {
		return err
	}
	return s.saveRecipe(w, r, d, newest, &recipe)
}

// rereadUpload queues an upload again, to be read by what the readers and the
// recipe are now.
func (s *Server) rereadUpload(w http.ResponseWriter, r *request) error {
	d, u, err := s.upload(r, catalog.CreateUpload)
	if err != nil {
		return err
	}
	if err := s.cfg.Store.RereadUpload(r.Context(), u.ID, r.who.Name); err != nil {
		return err
	}
	s.cfg.Wake()
	view, err := s.viewUpload(r, d, u, nil)
	if err != nil {
		return err
	}
	w.Header().Set("Location", view.URL)
	return s.reply(w, r, http.StatusAccepted, view, freshness{})
}

// recipePart reads the part of a form that is a recipe.
func recipePart(part io.Reader) (*catalog.Recipe, error) {
	recipe, err := catalog.ReadRecipe(part)
	var known *catalog.Error
	if errors.As(err, &known) {
		known.Field = strings.TrimSuffix("recipe."+known.Field, ".")
		return nil, known
	}
	if err == nil {
		recipe.Unsign() // the same recipe again must be the same upload
	}
	return recipe, err
}
