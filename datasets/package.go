package datasets

import (
	"archive/zip"
	"cmp"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"gongkai/catalog"
	"gongkai/datasets/export"
)

// packageProfile is the profile that our data packages follow.
const packageProfile = "https://datapackage.org/profiles/2.0/datapackage.json"

// PackageInfo is what a data package says that the catalogue does not know.
type PackageInfo struct {
	Homepage string // URL of the dataset's page
}

// Package gives a version as a Frictionless Data Package (version 2) in a zip:
// datapackage.json, a csv for each table under data/, README.md, LICENSE.txt
// and SHA256SUMS. It is made once; the same version gives the same bytes as long
// as nobody changes its description. Errors are those of Export.
func (l *Library) Package(ctx context.Context, d *catalog.Dataset, v *catalog.Version, about PackageInfo) (*File, error) {
	dep, err := l.known.department(ctx, d.Department)
	if err != nil {
		return nil, fmt.Errorf("find department of dataset %s: %w", d.Slug, err)
	}
	p := dataPackage{dataset: d, department: dep, version: v, about: about}
	if p.tables, err = l.packaged(ctx, d, dep, v); err != nil {
		return nil, err
	}
	files, err := p.documents()
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	for _, f := range files {
		fmt.Fprintf(sum, "%s\x00%s\x00", f.name, f.text)
	}
	if !isHash(v.ContentHash) {
		return nil, fmt.Errorf("version %d of %s has no content hash", v.Number, d.Slug)
	}
	to := filepath.Join(l.files.cfg.Dir, exportsDir, v.ContentHash, "package-"+hex.EncodeToString(sum.Sum(nil)[:6])+".zip")
	file, err := l.made.get(ctx, to, func(ctx context.Context, to string) error { return p.write(ctx, files, to) })
	if err != nil {
		return nil, fmt.Errorf("make the data package of %s: %w", d.Slug, err)
	}
	return file, nil
}

// packaged makes the csv files of all tables.
func (l *Library) packaged(ctx context.Context, d *catalog.Dataset, dep *catalog.Department, v *catalog.Version) ([]packagedTable, error) {
	var out []packagedTable
	for i := range v.Tables {
		t := &v.Tables[i]
		f, err := l.Export(ctx, &Ref{Dataset: d, Department: dep, Version: v, Table: t}, export.CSV)
		if err != nil {
			return nil, err
		}
		out = append(out, packagedTable{t, f})
	}
	return out, nil
}

type packagedTable struct {
	table *catalog.Table
	file  *File
}

func (t *packagedTable) path() string { return path.Join("data", t.table.Name+".csv") }

type dataPackage struct {
	dataset    *catalog.Dataset
	department *catalog.Department
	version    *catalog.Version
	tables     []packagedTable
	about      PackageInfo
}

type document struct{ name, text string }

// documents are the files beside the data.
func (p *dataPackage) documents() ([]document, error) {
	var descriptor strings.Builder
	enc := json.NewEncoder(&descriptor)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(p.descriptor()); err != nil {
		return nil, err
	}
	out := []document{{"datapackage.json", descriptor.String()}, {"README.md", p.readme()}, {"LICENSE.txt", p.licence()}}
	sums := ""
	for _, f := range out {
		sum := sha256.Sum256([]byte(f.text))
		sums += hex.EncodeToString(sum[:]) + "  " + f.name + "\n"
	}
	for i := range p.tables {
		sums += p.tables[i].file.SHA256 + "  " + p.tables[i].path() + "\n"
	}
	return append(out, document{"SHA256SUMS", sums}), nil
}

// packageDescriptor is datapackage.json.
type packageDescriptor struct {
	Schema       string            `json:"$schema"`
	Name         string            `json:"name"`
	ID           string            `json:"id,omitempty"`
	Title        string            `json:"title"`
	Description  string            `json:"description,omitempty"`
	Version      string            `json:"version"`
	Created      string            `json:"created,omitempty"`
	Homepage     string            `json:"homepage,omitempty"`
	Keywords     []string          `json:"keywords,omitempty"`
	Licenses     []packageLicence  `json:"licenses,omitempty"`
	Contributors []contributor     `json:"contributors"`
	Resources    []packageResource `json:"resources"`
}

type packageLicence struct {
	Name  string `json:"name"`
	Path  string `json:"path,omitempty"`
	Title string `json:"title,omitempty"`
}

type contributor struct {
	Title string   `json:"title"`
	Roles []string `json:"roles"`
}

type packageResource struct {
	Name        string               `json:"name"`
	Path        string               `json:"path"`
	Type        string               `json:"type"`
	Title       string               `json:"title,omitempty"`
	Description string               `json:"description,omitempty"`
	Format      string               `json:"format"`
	MediaType   string               `json:"mediatype"`
	Encoding    string               `json:"encoding"`
	Bytes       int64                `json:"bytes"`
	Hash        string               `json:"hash"`
	Schema      *catalog.TableSchema `json:"schema"`
}

func (p *dataPackage) descriptor() *packageDescriptor {
	d := p.dataset
	out := &packageDescriptor{
		Schema: packageProfile, Name: d.Slug, ID: p.versionURL(), Title: d.Title.In(catalog.ZH), Description: d.Description.In(catalog.ZH),
		Version: strconv.Itoa(p.version.Number), Homepage: p.about.Homepage, Keywords: append(append([]string{}, d.KeywordsZH...), d.KeywordsEN...),
		Contributors: []contributor{{p.department.Title.In(catalog.ZH), []string{"publisher"}}}, Resources: []packageResource{},
	}
	if !p.version.PublishedAt.IsZero() {
		out.Created = p.version.PublishedAt.Format(time.RFC3339)
	}
	if term, ok := catalog.Lookup(catalog.Licences, d.Licence); ok {
		out.Licenses = []packageLicence{{Name: strings.ToUpper(term.Code), Path: term.URI, Title: term.Name.In(catalog.EN)}}
	}
	for i := range p.tables {
		t := &p.tables[i]
		out.Resources = append(out.Resources, packageResource{
			Name: t.table.Name, Path: t.path(), Type: "table", Title: t.table.Label, Description: strings.Join(t.table.Notes, "\n"), Format: "csv", MediaType: "text/csv",
			Encoding: "utf-8", Bytes: t.file.Bytes, Hash: "sha256:" + t.file.SHA256, Schema: p.schema(t.table),
		})
	}
	return out
}

func (p *dataPackage) versionURL() string {
	if p.about.Homepage == "" {
		return ""
	}
	return p.about.Homepage + "?version=" + strconv.Itoa(p.version.Number)
}

// schema describes a table; keys into other datasets are left out, for a
// package can only refer to itself.
func (p *dataPackage) schema(t *catalog.Table) *catalog.TableSchema {
	s := catalog.TableSchemaOf(t, nil)
	var inside []catalog.SchemaForeign
	for _, k := range s.ForeignKeys {
		if !strings.Contains(k.Reference.Resource, "/") {
			inside = append(inside, k)
		}
	}
	s.ForeignKeys = inside
	return s
}

func (p *dataPackage) licence() string {
	term, ok := catalog.Lookup(catalog.Licences, p.dataset.Licence)
	if !ok {
		return "未声明许可。使用前请询问发布部门。\nNo licence is stated: ask the publisher before you use the data.\n"
	}
	return term.Name.ZH + "\n" + term.Name.EN + "\n" + term.URI + "\n"
}

// readme says in both languages what the package is, for people.
func (p *dataPackage) readme() string {
	var b strings.Builder
	d, v := p.dataset, p.version
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s\n", oneLine(d.Title.In(catalog.ZH)))
	if d.Title.EN != "" && d.Title.EN != d.Title.ZH {
		line("%s\n", oneLine(d.Title.EN))
	}
	for _, text := range []string{d.Description.ZH, d.Description.EN} {
		if text != "" {
			line("%s\n", text)
		}
	}
	line("- 发布部门 / publisher: %s", oneLine(p.department.Title.In(catalog.ZH)))
	line("- 版本 / version: %d", v.Number)
	if !v.PublishedAt.IsZero() {
		line("- 发布日期 / published: %s", catalog.Day(v.PublishedAt))
	}
	line("- 内容哈希 / content hash: %s", v.ContentHash)
	if u := p.versionURL(); u != "" {
		line("- 网址 / address: %s", u)
	}
	line("\n`data/*.csv`: UTF-8；空字段为缺失值 / an empty field is a missing value. `SHA256SUMS`: `sha256sum -c SHA256SUMS`.")
	for i := range p.tables {
		t := p.tables[i].table
		line("## %s\n", oneLine(cmp.Or(t.Label, t.Name)))
		line("`%s`, %d 行 / rows", p.tables[i].path(), t.Rows)
		if t.TotalRows > 0 {
			line("其中合计行 / totals among them: %d", t.TotalRows)
		}
		line("")
		line("| 字段 / column | 名称 / label | 类型 / type | 单位 / unit | 说明 / description |\n|---|---|---|---|---|")
		for _, c := range t.Columns {
			line("| `%s` | %s | %s | %s | %s |", c.Name, cellText(c.Label), c.Type, cellText(c.Unit), cellText(c.Description.In(catalog.ZH)))
		}
		for _, n := range t.Notes {
			line("\n> %s", oneLine(n))
		}
		line("")
	}
	return b.String()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cellText is a text in a cell of a Markdown table.
func cellText(s string) string { return strings.ReplaceAll(oneLine(s), "|", `\|`) }

// write makes the zip. Times are the version's, so that its bytes are too.
func (p *dataPackage) write(ctx context.Context, files []document, to string) error {
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return errors.Join(p.fill(ctx, z, files), z.Close(), out.Close())
}

func (p *dataPackage) fill(ctx context.Context, z *zip.Writer, files []document) error {
	add := func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: p.version.CreatedAt.UTC()})
	}
	for _, f := range files {
		w, err := add(f.name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, f.text); err != nil {
			return err
		}
	}
	for i := range p.tables {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		w, err := add(p.tables[i].path())
		if err != nil {
			return err
		}
		in, err := os.Open(p.tables[i].file.Path)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, in)
		if err := errors.Join(err, in.Close()); err != nil {
			return err
		}
	}
	return nil
}
