package api

import (
	"net/url"
	"strconv"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

// The views are the JSON shapes of openapi.yaml. They are made from the nouns
// and hold no rules of their own.

type termView struct {
	Code string       `json:"code"`
	Name catalog.Text `json:"name"`
	URI  string       `json:"uri"`
}

func term(terms []catalog.Term, code string) termView {
	t, ok := catalog.Lookup(terms, code)
	if !ok {
		return termView{Code: code, Name: catalog.Text{ZH: code, EN: code}}
	}
	return termView{t.Code, t.Name, t.URI}
}

type departmentRef struct {
	Slug  string       `json:"slug"`
	Title catalog.Text `json:"title"`
	URL   string       `json:"url"`
}

func refOf(base string, d *catalog.Department) departmentRef {
	return departmentRef{d.Slug, d.Title, base + "/api/v1/departments/" + d.Slug}
}

type departmentView struct {
	Slug         string        `json:"slug"`
	Parent       *string       `json:"parent"`
	Level        catalog.Level `json:"level"`
	Title        catalog.Text  `json:"title"`
	Description  catalog.Text  `json:"description"`
	DivisionCode string        `json:"division_code"`
	CreditCode   string        `json:"credit_code"`
	Address      catalog.Text  `json:"address"`
	Phone        string        `json:"phone"`
	Email        string        `json:"email"`
	Hours        catalog.Text  `json:"hours"`
	Datasets     int           `json:"datasets"`
	URL          string        `json:"url"`
	DatasetsURL  string        `json:"datasets_url"`
}

type keywordsView struct {
	ZH []string `json:"zh"`
	EN []string `json:"en"`
}

type spatialView struct {
	Code string       `json:"code"`
	Name catalog.Text `json:"name"`
}

type temporalView struct {
	Start *string `json:"start"`
	End   *string `json:"end"`
}

type datasetView struct {
	Slug           string          `json:"slug"`
	Title          catalog.Text    `json:"title"`
	Description    catalog.Text    `json:"description"`
	Department     departmentRef   `json:"department"`
	Theme          termView        `json:"theme"`
	Keywords       keywordsView    `json:"keywords"`
	ResourceCode   string          `json:"resource_code"`
	Spatial        spatialView     `json:"spatial"`
	Temporal       temporalView    `json:"temporal"`
	Licence        termView        `json:"licence"`
	UpdateCycle    termView        `json:"update_cycle"`
	OpenAttribute  termView        `json:"open_attribute"`
	OpenCondition  catalog.Text    `json:"open_condition"`
	SharingType    termView        `json:"sharing_type"`
	ShareCondition catalog.Text    `json:"share_condition"`
	ShareMethod    catalog.Text    `json:"share_method"`
	Contact        catalog.Contact `json:"contact"`
	CreatedAt      time.Time       `json:"created_at"`
	UpdatedAt      time.Time       `json:"updated_at"`
	NextDue        *time.Time      `json:"next_due"`
	Version        *versionView    `json:"version"`
	URL            string          `json:"url"`
	Page           string          `json:"page"`
	VersionsURL    string          `json:"versions_url"`
}

func viewDataset(base string, d *catalog.Dataset, dep *catalog.Department, v *catalog.Version) datasetView {
	url := datasetURL(base, d)
	view := datasetView{
		Slug: d.Slug, Title: d.Title, Description: d.Description, Department: refOf(base, dep),
		Theme: term(catalog.Themes, d.Theme), Keywords: keywords(d), ResourceCode: d.ResourceCode,
		Spatial:  spatialView{d.SpatialCode, d.Spatial},
		Temporal: temporalView{orNull(d.TemporalStart), orNull(d.TemporalEnd)},
		Licence:  term(catalog.Licences, d.Licence), UpdateCycle: term(catalog.Cycles, string(d.Cycle)),
		OpenAttribute: term(catalog.OpenAttributes, string(d.Open)), OpenCondition: d.OpenCondition,
		SharingType: term(catalog.SharingTypes, string(d.Sharing)), ShareCondition: d.ShareCond, ShareMethod: d.ShareMethod,
		Contact: d.Contact, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		URL: url, Page: pageURL(base, d), VersionsURL: url + "/versions",
	}
	if v != nil {
		version := viewVersion(base, d, v)
		view.Version = &version
		if due, ok := d.Cycle.NextDue(v.PublishedAt); ok {
			view.NextDue = &due
		}
	}
	return view
}

func keywords(d *catalog.Dataset) keywordsView {
	return keywordsView{orEmpty(d.KeywordsZH), orEmpty(d.KeywordsEN)}
}

type versionSummary struct {
	Number      int                  `json:"number"`
	State       catalog.VersionState `json:"state"`
	ContentHash string               `json:"content_hash"`
	FileHash    string               `json:"file_hash"`
	Bytes       int64                `json:"bytes"`
	Rows        int64                `json:"rows"`
	CreatedAt   time.Time            `json:"created_at"`
	PublishedAt *time.Time           `json:"published_at"`
	WithdrawnAt *time.Time           `json:"withdrawn_at"`
	Reason      string               `json:"reason"`
	Purged      *tombstoneView       `json:"purged"`
	URL         string               `json:"url"`
}

type versionView struct {
	versionSummary
	Tables  []tableView     `json:"tables"`
	Changes *versionChanges `json:"changes,omitempty"` // only where one version is asked for
}

func summarise(base string, d *catalog.Dataset, v *catalog.Version) versionSummary {
	return versionSummary{
		Number: v.Number, State: v.State, ContentHash: v.ContentHash, FileHash: v.FileHash, Bytes: v.Bytes, Rows: v.Rows,
		CreatedAt: v.CreatedAt, PublishedAt: orNever(v.PublishedAt), WithdrawnAt: orNever(v.WithdrawnAt), Reason: v.Reason,
		Purged: viewTombstone(v.Purged), URL: datasetURL(base, d) + "/versions/" + strconv.Itoa(v.Number),
	}
}

func viewVersion(base string, d *catalog.Dataset, v *catalog.Version) versionView {
	view := versionView{versionSummary: summarise(base, d, v), Tables: []tableView{}}
	for i := range v.Tables {
		view.Tables = append(view.Tables, viewTable(base, d, v, &v.Tables[i]))
	}
	return view
}

type tableView struct {
	Name          string             `json:"name"`
	Label         string             `json:"label"`
	Sheet         string             `json:"sheet"`
	Title         string             `json:"title"`
	Unit          string             `json:"unit"`
	Period        string             `json:"period"`
	Notes         []string           `json:"notes"`
	HeaderRow     *[2]int            `json:"header_row"`
	FirstRow      int                `json:"first_row"`
	LastRow       int                `json:"last_row"`
	Rows          int64              `json:"rows"`
	TotalRows     int64              `json:"total_rows"`
	Key           []string           `json:"key"`
	Columns       []columnView       `json:"columns"`
	URL           string             `json:"url"`
	RowsURL       string             `json:"rows_url"`
	Distributions []distributionView `json:"distributions"`
}

type columnView struct {
	Name        string          `json:"name"`
	Label       string          `json:"label"`
	SourceLabel string          `json:"source_label"`
	Type        catalog.Type    `json:"type"`
	Unit        string          `json:"unit"`
	Description catalog.Text    `json:"description"`
	Col         int             `json:"col"`
	Made        catalog.Made    `json:"made"`
	Kind        string          `json:"kind"`
	CRS         string          `json:"crs"`
	Aliases     []string        `json:"aliases"`
	AliasUntil  catalog.Days    `json:"alias_until,omitempty"`
	Evidence    catalog.Text    `json:"evidence"`
	Profile     catalog.Profile `json:"profile"`

	Constraints *catalog.Constraints `json:"constraints"`
}

type distributionView struct {
	Format    export.Format `json:"format"`
	MediaType string        `json:"media_type"`
	URL       string        `json:"url"`
	Bytes     *int64        `json:"bytes"`
	SHA256    *string       `json:"sha256"`
}

func viewTable(base string, d *catalog.Dataset, v *catalog.Version, t *catalog.Table) tableView {
	at := tableURL(base, d, t)
	version := "?version=" + strconv.Itoa(v.Number)
	view := tableView{
		Name: t.Name, Label: t.Label, Sheet: t.Sheet, Title: t.Title, Unit: t.Unit, Period: t.Period, Notes: orEmpty(t.Notes),
		FirstRow: t.FirstRow, LastRow: t.LastRow, Rows: t.Rows, TotalRows: t.TotalRows, Key: orEmpty(t.Key), Columns: []columnView{},
		URL: at + version, RowsURL: at + "/rows" + version, Distributions: []distributionView{},
	}
	if t.HeaderRow != [2]int{} {
		view.HeaderRow = &t.HeaderRow
	}
	for _, c := range t.Columns {
		c.Profile.Top = orEmpty(c.Profile.Top)
		view.Columns = append(view.Columns, columnView{
			Name: c.Name, Label: c.Label, SourceLabel: c.SourceLabel, Type: c.Type, Unit: c.Unit, Description: c.Description,
			Col: c.Col, Made: c.Made, Kind: c.Kind, CRS: c.CRS, Aliases: orEmpty(c.Aliases), AliasUntil: c.AliasUntil, Evidence: c.Evidence, Profile: c.Profile,
			Constraints: c.Constraints,
		})
	}
	for _, f := range export.Offered(t.Columns) {
		view.Distributions = append(view.Distributions, distributionView{Format: f, MediaType: f.MediaType(), URL: at + "/export." + string(f) + version})
	}
	return view
}

func datasetURL(base string, d *catalog.Dataset) string { return base + "/api/v1/datasets/" + d.Slug }

func pageURL(base string, d *catalog.Dataset) string { return base + "/zh/datasets/" + d.Slug }

func tableURL(base string, d *catalog.Dataset, t *catalog.Table) string {
	return datasetURL(base, d) + "/tables/" + url.PathEscape(t.Name)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func orNever(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// orEmpty makes a list that JSON writes as [] and never as null.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
