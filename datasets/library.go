package datasets

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"time"

	"gongkai/catalog"
)

// Library is the one way from a request to rows: the catalogue says what there
// is, the policy who may read it, the Store reads it. Every protocol uses it.
// It is safe for concurrent use.
type Library struct {
	store catalog.Store
	files *Store
	known *snapshot
	made  *exports

	compared *comparisons

	answers answers
}

// NewLibrary joins a catalogue and its files.
func NewLibrary(store catalog.Store, files *Store) *Library {
	return &Library{store: store, files: files, known: newSnapshot(store), made: newExports(files, files.builds), compared: newComparisons(files)}
}

// Ref is a table that an actor was allowed to read. What it points to is
// shared and must not be changed.
type Ref struct {
	Dataset    *catalog.Dataset
	Department *catalog.Department
	Version    *catalog.Version
	Table      *catalog.Table
}

// Dataset finds a dataset that who may know of. The error is of kind NotFound
// where there is none or who may not know. The description stays public when
// every version was withdrawn; Version then says so.
func (l *Library) Dataset(ctx context.Context, who catalog.Actor, slug string) (*catalog.Dataset, error) {
	d, err := l.known.dataset(ctx, slug)
	if err != nil {
		return nil, unknownDataset(err, slug)
	}
	if catalog.May(who, catalog.ReadDataset, catalog.Subject{Dataset: d}) {
		return d, nil
	}
	return nil, noDataset(slug)
}

func noDataset(slug string) *catalog.Error {
	return catalog.Errorf(catalog.NotFound, "search /api/v1/datasets for the dataset you want; names are in lower case", "there is no dataset %q", slug)
}

func unknownDataset(err error, slug string) error {
	if catalog.KindOf(err) == catalog.NotFound {
		return noDataset(slug)
	}
	return fmt.Errorf("find dataset %s: %w", slug, err)
}

// gone tells the public what was published and withdrawn: version number, or,
// with number 0, the one that was withdrawn last. It is nil where nothing was.
func (l *Library) gone(ctx context.Context, d *catalog.Dataset, number int) error {
	if d.Open == catalog.OpenNone {
		return nil
	}
	versions, err := l.store.ListVersions(ctx, d.ID)
	if err != nil {
		return fmt.Errorf("list versions of dataset %s: %w", d.Slug, err)
	}
	var last *catalog.Version
	for i := range versions {
		v := &versions[i]
		if v.TakenBack() && (number == 0 || v.Number == number) && (last == nil || v.WithdrawnAt.After(last.WithdrawnAt)) {
			last = v
		}
	}
	if last == nil {
		return nil
	}
	return withdrawn(d, last)
}

func withdrawn(d *catalog.Dataset, v *catalog.Version) *catalog.Error {
	reason := v.Reason
	if reason == "" {
		reason = "no reason was given"
	}
	return catalog.Errorf(catalog.Gone, "see /api/v1/datasets/"+d.Slug+"/versions for what may still be read, or ask the department",
		"version %d of dataset %q was withdrawn on %s: %s", v.Number, d.Slug, catalog.Day(v.WithdrawnAt), reason)
}

// purged tells the department of a version that its rows are gone for good.
func purged(d *catalog.Dataset, v *catalog.Version) *catalog.Error {
	return catalog.Errorf(catalog.Gone, "read its upload again if that is still there, or upload a corrected workbook",
		"version %d of dataset %q was purged on %s: %s", v.Number, d.Slug, catalog.Day(v.Purged.At), v.Purged.Reason)
}

// Version finds a version that who may read: "" is the published one, "3" the
// third, "2024-05-03" the one that was published at the end of that day,
// and twelve digits or more of a content hash that with this content. Errors are
// of kind NotFound where there is no such version or who may not know of it,
// Invalid where version is none of these, and Gone where it was withdrawn, with
// the reason; its department may still read it.
func (l *Library) Version(ctx context.Context, who catalog.Actor, slug, version string) (*catalog.Dataset, *catalog.Version, error) {
	wanted, err := parseSelector(version)
	if err != nil {
		return nil, nil, err
	}
	d, err := l.Dataset(ctx, who, slug)
	if err != nil {
		return nil, nil, err
	}
	number := wanted.number
	if wanted.day != "" || wanted.hash != "" {
		if number, err = l.selected(ctx, who, d, wanted); err != nil {
			return nil, nil, err
		}
	}
	if number == 0 {
		number = d.Current
	}
	if number != 0 {
		v, err := l.known.version(ctx, d, number)
		may := err == nil && catalog.May(who, catalog.ReadVersion, catalog.Subject{Dataset: d, Version: v})
		if may && v.State == catalog.Purged {
			return nil, nil, purged(d, v)
		}
		if may {
			return d, v, nil
		}
		if err != nil && catalog.KindOf(err) != catalog.NotFound {
			return nil, nil, fmt.Errorf("find version %d of dataset %s: %w", number, slug, err)
		}
	}
	if err := l.gone(ctx, d, number); err != nil {
		return nil, nil, err
	}
	return nil, nil, noVersion(d, number)
}

func noVersion(d *catalog.Dataset, number int) *catalog.Error {
	if number == 0 {
		return catalog.Errorf(catalog.NotFound, "publish a version first, or name a draft by its number", "dataset %q has no published version", d.Slug)
	}
	return catalog.Errorf(catalog.NotFound, "see /api/v1/datasets/"+d.Slug+"/versions for its versions", "dataset %q has no version %d that you may read", d.Slug, number)
}

// Table finds a table of a version; table may be "" where the version has only
// one. Where version is no number and no hash, names of columns that ended
// (catalog.Table.On) are not among its aliases. Beside the errors of Version: NotFound where the version has no such
// table, Invalid where "" does not say which; both list the tables.
func (l *Library) Table(ctx context.Context, who catalog.Actor, slug, version, table string) (*Ref, error) {
	d, v, err := l.Version(ctx, who, slug, version)
	if err != nil {
		return nil, err
	}
	t, err := tableOf(d, v, table)
	if err != nil {
		return nil, err
	}
	dep, err := l.known.department(ctx, d.Department)
	if err != nil {
		return nil, fmt.Errorf("find department of dataset %s: %w", slug, err)
	}
	if !Pinned(version) {
		t = t.On(time.Now())
	}
	return &Ref{Dataset: d, Department: dep, Version: v, Table: t}, nil
}

// File is the path of the version file that holds a table.
func (l *Library) File(ref *Ref) string { return versionPath(l.files.cfg.Dir, ref.Version.FileHash) }

func tableOf(d *catalog.Dataset, v *catalog.Version, name string) (*catalog.Table, error) {
	if name == "" && len(v.Tables) == 1 {
		return &v.Tables[0], nil
	}
	var names []string
	for i := range v.Tables {
		if v.Tables[i].Name == name {
			return &v.Tables[i], nil
		}
		names = append(names, v.Tables[i].Name)
	}
	sort.Strings(names)
	if name == "" && len(names) > 0 {
		e := catalog.Errorf(catalog.Invalid, "name one of its tables: /api/v1/datasets/"+d.Slug+"/tables/{table}, where {table} is one of "+strings.Join(names, ", "),
			"dataset %q has %d tables", d.Slug, len(names))
		e.Field = "table"
		return nil, e
	}
	return nil, catalog.Errorf(catalog.NotFound, "its tables are "+strings.Join(names, ", "), "version %d of dataset %q has no table %q", v.Number, d.Slug, name)
}
