// Package demo writes the workbooks of a city that does not exist, 示例市
// (Example City), as departments really write theirs: merged titles, unit rows,
// headers of three levels, totals, notes, codes with leading zeros, a csv in
// GB18030. Beside each file it says what the file means, so that a test can
// compare what was published with what was meant.
//
// It must not publish anything or know how that is done, and no person, phone
// or firm in it is real. The same options give the same bytes on every run.
package demo

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"gongkai/catalog"
)

// Options change what is generated.
type Options struct {
	Rows int // rows of the traffic violations; default 200,000
}

// City is everything that was generated.
type City struct {
	Name        catalog.Text
	Departments []Department // parents before children
	Datasets    []Item
}

// Department is a department with its place in the tree; ID and Parent are
// for the catalogue to fill in.
type Department struct {
	catalog.Department
	ParentSlug string // "" at the root
}

// Item is one dataset of the city.
type Item struct {
	Slug       string
	Department string // slug
	Metadata   catalog.Metadata
	Files      []string // names in the folder, one a version, in the order of publication: one to three
	Recipes    []string // names in the folder of the recipe that each is sent with; "" reads it with the dataset's own
	Expect     []Expect // what each file means
}

// draft is a dataset that is not written yet.
type draft struct {
	slug, department string
	meta             catalog.Metadata
	files            []file
}

// file is one workbook to write: its name, and what writes it to a path and
// says what it means.
type file struct {
	name   string
	write  func(path string) (Expect, error)
	recipe string // JSON of the recipe that comes with it, or ""
}

// Generate writes the city's workbooks into dir, which it creates, and returns
// the city. Files of the same names are replaced.
func Generate(ctx context.Context, dir string, opts Options) (*City, error) {
	if opts.Rows <= 0 {
		opts.Rows = 200_000
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("making the demo's folder: %w", err)
	}
	city := &City{Name: cityName, Departments: departments()}
	for _, d := range drafts(opts) {
		item := Item{Slug: d.slug, Department: d.department, Metadata: city.complete(d)}
		for _, f := range d.files {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			expect, err := f.write(filepath.Join(dir, f.name))
			if err != nil {
				return nil, fmt.Errorf("writing %s: %w", f.name, err)
			}
			recipe, err := writeRecipe(dir, f)
			if err != nil {
				return nil, fmt.Errorf("writing the recipe of %s: %w", f.name, err)
			}
			item.Files, item.Recipes = append(item.Files, f.name), append(item.Recipes, recipe)
			item.Expect = append(item.Expect, expect)
		}
		city.Datasets = append(city.Datasets, item)
	}
	return city, nil
}

// writeRecipe writes the recipe of a file beside it and gives its name, "" where
// it has none.
func writeRecipe(dir string, f file) (string, error) {
	if f.recipe == "" {
		return "", nil
	}
	name := strings.TrimSuffix(f.name, filepath.Ext(f.name)) + ".recipe.json"
	return name, os.WriteFile(filepath.Join(dir, name), []byte(f.recipe), 0o600)
}

// drafts lists the datasets in the order in which they are published.
func drafts(opts Options) []draft {
	return []draft{
		offices(),
		fees(),
		budget(),
		licences(),
		tenders(),
		population(),
		trade(),
		output(),
		energy(),
		air(),
		schools(),
		beds(),
		busStops(),
		parking(),
		communities(),
		spending(),
		charging(),
		subsidies(),
		violations(opts.Rows),
	}
}

// complete fills in the metadata that all datasets of the city share and that
// a department's own description gives.
func (c *City) complete(d draft) catalog.Metadata {
	m := d.meta
	if m.Licence == "" {
		m.Licence = "cc-by-4.0"
	}
	if m.Open == "" {
		m.Open = catalog.OpenUnconditional
	}
	if m.Sharing == "" {
		m.Sharing = catalog.ShareUnconditional
	}
	m.ShareMethod = catalog.Text{ZH: "数据开放平台下载或接口调用", EN: "Download or API of the open data portal"}
	for _, dep := range c.Departments {
		if dep.Slug != d.department {
			continue
		}
		if m.SpatialCode == "" {
			m.SpatialCode, m.Spatial = cityCode, cityName
		}
		m.Contact = catalog.Contact{
			Name:  catalog.Text{ZH: dep.Title.ZH + "数据专员岗", EN: "Data officer, " + dep.Title.EN},
			Email: dep.Email,
			Phone: dep.Phone,
		}
	}
	return m
}
