package sqlstore

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
)

// encodeReading is a recipe as it is stored; NULL for none.
func encodeReading(r *catalog.Recipe) (sql.NullString, error) {
	if r == nil {
		return sql.NullString{}, nil
	}
	text, err := json.Marshal(r)
	if err != nil {
		return sql.NullString{}, fmt.Errorf("encode the recipe: %w", err)
	}
	return sql.NullString{String: string(text), Valid: true}, nil
}

func decodeRecipe(body []byte) (r catalog.Recipe, err error) {
	if err = json.Unmarshal(body, &r); err != nil {
		err = fmt.Errorf("decode the recipe: %w", err)
	}
	return r, err
}

// Recipe implements catalog.Store.
func (s *Store) Recipe(ctx context.Context, dataset catalog.DatasetID, number int) (*catalog.RecipeRevision, error) {
	var rev *catalog.RecipeRevision
	err := s.reading(ctx, "read the recipe", func(q querier) (err error) {
		rev, _, err = recipeOf(q, dataset, number)
		if number == 0 && errors.Is(err, sql.ErrNoRows) {
			return catalog.Errorf(catalog.NotFound, "the first publication makes it; until then the recipe of a version, also of a draft, says how it was read: change that and put it; gongkai inspect FILE --print-recipe prints one, too",
				"the dataset has no recipe yet")
		}
		return found(err, "revision %d of the recipe of dataset %d", number, dataset)
	})
	if err != nil {
		return nil, err
	}
	return rev, nil
}

// recipeOf reads a revision, the newest for 0, and its text as stored.
func recipeOf(q querier, dataset catalog.DatasetID, number int) (*catalog.RecipeRevision, string, error) {
	var rev catalog.RecipeRevision
	var body []byte
	var created int64
	err := q.row(`SELECT number, body, version_number, created_at, created_by FROM recipes
		WHERE dataset_id = ? AND (? = 0 OR number = ?) ORDER BY number DESC LIMIT 1`, dataset, number, number).
		Scan(&rev.Number, &body, &rev.Version, &created, &rev.CreatedBy)
	if err != nil {
		return nil, "", err
	}
	rev.CreatedAt = fromMillis(created)
	rev.Recipe, err = decodeRecipe(body)
	return &rev, string(body), err
}

// ListRecipes implements catalog.Store.
func (s *Store) ListRecipes(ctx context.Context, dataset catalog.DatasetID) (list []catalog.RecipeRevision, err error) {
	err = s.reading(ctx, "list the recipes", func(q querier) error {
		return q.each(func(row scanner) error {
			var rev catalog.RecipeRevision
			var created int64
			if err := row.Scan(&rev.Number, &rev.Version, &created, &rev.CreatedBy); err != nil {
				return err
			}
			rev.CreatedAt = fromMillis(created)
			list = append(list, rev)
			return nil
		}, `SELECT number, version_number, created_at, created_by FROM recipes WHERE dataset_id = ? ORDER BY number DESC`, dataset)
	})
	return list, err
}

// SaveRecipe implements catalog.Store.
func (s *Store) SaveRecipe(ctx context.Context, dataset catalog.DatasetID, recipe *catalog.Recipe, by string, expect int) (*catalog.RecipeRevision, error) {
	body, err := encodeReading(recipe)
	if err != nil {
		return nil, err
	}
	var rev *catalog.RecipeRevision
	err = s.writing(ctx, "save the recipe", func(q querier) (err error) {
		var slug string
		if err := q.row(`SELECT slug FROM datasets WHERE id = ?`, dataset).Scan(&slug); err != nil {
			return found(err, "dataset %d", dataset)
		}
		newest, text, err := newestRecipe(q, dataset)
		if err != nil {
			return err
		}
		if newest.Number != expect {
			return catalog.Errorf(catalog.Conflict, "read the recipe again, make the change there and send that",
				"the recipe was changed meanwhile: its newest revision is %d, not %d", newest.Number, expect)
		}
		if newest.Number > 0 && text == body.String {
			rev = newest
			return nil
		}
		rev, err = addRecipe(q, newest, &catalog.RecipeRevision{Recipe: *recipe, CreatedAt: s.stamp(), CreatedBy: by}, dataset, slug, body.String)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rev, nil
}

// newestRecipe gives the revision in force with its text; number 0 and "" where
// there is none.
func newestRecipe(q querier, dataset catalog.DatasetID) (*catalog.RecipeRevision, string, error) {
	newest, text, err := recipeOf(q, dataset, 0)
	if errors.Is(err, sql.ErrNoRows) {
		return &catalog.RecipeRevision{}, "", nil
	}
	return newest, text, err
}

// addRecipe stores the revision after the newest, with its event: the audit
// trail keeps every decision about personal information with its ground.
func addRecipe(q querier, newest, rev *catalog.RecipeRevision, dataset catalog.DatasetID, slug, body string) (*catalog.RecipeRevision, error) {
	rev.Number = newest.Number + 1
	_, err := q.exec(`INSERT INTO recipes (dataset_id, number, body, version_number, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)`,
		dataset, rev.Number, body, rev.Version, millis(rev.CreatedAt), rev.CreatedBy)
	if err != nil {
		return nil, err
	}
	details := map[string]string{"revision": strconv.Itoa(rev.Number)}
	if rev.Version > 0 {
		details["version"] = strconv.Itoa(rev.Version)
	}
	if decided := rev.Recipe.NewDecisions(&newest.Recipe); len(decided) > 0 {
		details["personal"] = strings.Join(decided, "; ")
	}
	return rev, addEvent(q, catalog.Event{At: rev.CreatedAt, Actor: rev.CreatedBy, Action: "recipe.save", Object: "dataset/" + slug, Details: details})
}

// keepReading makes the reading of a version that is being published the
// dataset's recipe, as catalog.Store says when.
func (s *Store) keepReading(q querier, v *catalog.Version, by string, now time.Time) error {
	var body sql.NullString
	if err := q.row(`SELECT reading FROM versions WHERE id = ?`, v.ID).Scan(&body); err != nil {
		return err
	}
	newest, text, err := newestRecipe(q, v.Dataset)
	if err != nil || !body.Valid || body.String == text || v.Recipe != newest.Number && !v.RecipeSent {
		return err
	}
	recipe, err := decodeRecipe([]byte(body.String))
	if err != nil {
		return err
	}
	var slug string
	if err := q.row(`SELECT slug FROM datasets WHERE id = ?`, v.Dataset).Scan(&slug); err != nil {
		return err
	}
	_, err = addRecipe(q, newest, &catalog.RecipeRevision{Recipe: recipe, Version: v.Number, CreatedAt: now, CreatedBy: by}, v.Dataset, slug, body.String)
	return err
}

// Reading implements catalog.Store.
func (s *Store) Reading(ctx context.Context, version catalog.VersionID) (*catalog.Recipe, error) {
	var recipe catalog.Recipe
	err := s.reading(ctx, "read how the version was read", func(q querier) error {
		var body sql.NullString
		if err := q.row(`SELECT reading FROM versions WHERE id = ?`, version).Scan(&body); err != nil {
			return found(err, "version with the ID %d", version)
		}
		if !body.Valid {
			return missing("recipe of the version with the ID %d", version)
		}
		var err error
		recipe, err = decodeRecipe([]byte(body.String))
		return err
	})
	if err != nil {
		return nil, err
	}
	return &recipe, nil
}
