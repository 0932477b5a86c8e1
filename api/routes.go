package api

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"gongkai/api/contract"
	"gongkai/catalog"
)

// routes is the whole HTTP surface. HEAD comes with every GET, OPTIONS with
// every path.
func (s *Server) routes() (chi.Router, error) {
	r := chi.NewRouter()
	s.router = r
	r.Use(s.edge, secure, s.options, s.fairUse, middleware.GetHead)
	r.NotFound(s.notFound)
	r.MethodNotAllowed(s.notAllowed)

	r.Get("/healthz", s.healthz)
	r.Get("/readyz", s.readyz)
	r.Get("/metrics", s.metrics.handler.ServeHTTP)

	var missing error
	public := func(op string, h handler) http.HandlerFunc { return s.operation(op, false, h, &missing) }
	token := func(op string, h handler) http.HandlerFunc { return s.operation(op, true, h, &missing) }

	r.Get("/api/v1", public("getService", s.getService))
	r.Get("/api/v1/departments", public("listDepartments", s.listDepartments))
	r.Get("/api/v1/departments/{department}", public("getDepartment", s.getDepartment))
	r.Get("/api/v1/datasets", public("listDatasets", s.listDatasets))
	r.Get("/api/v1/datasets/{dataset}", public("getDataset", s.getDataset))
	r.Get("/api/v1/datasets/{dataset}/versions", public("listVersions", s.listVersions))
	r.Get("/api/v1/datasets/{dataset}/versions/{version}", public("getVersion", s.getVersion))
	r.Get("/api/v1/datasets/{dataset}/versions/{version}/recipe", public("getVersionRecipe", s.getVersionRecipe))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}", public("getTable", s.getTable))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/schema.json", public("getTableSchema", s.getTableSchema))
	r.Get("/api/v1/datasets/{dataset}/rows", public("listRows", s.listRows))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/rows", public("listTableRows", s.listRows))
	r.Get("/api/v1/datasets/{dataset}/rows.{format}", public("exportRows", s.export))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/rows.{format}", public("exportTableRows", s.export))
	r.Get("/api/v1/datasets/{dataset}/facets", public("listFacets", s.listFacets))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/facets", public("listTableFacets", s.listFacets))
	r.Get("/api/v1/datasets/{dataset}/stats", public("getStats", s.getStats))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/stats", public("getTableStats", s.getStats))
	r.Get("/api/v1/datasets/{dataset}/export.{format}", public("exportDataset", s.export))
	r.Get("/api/v1/datasets/{dataset}/changes", public("getChanges", s.getChanges))
	r.Get("/api/v1/datasets/{dataset}/changes.csv", public("getChangesCSV", s.getChangesCSV))
	r.Get("/api/v1/datasets/{dataset}/changes.atom", public("getFeed", s.getFeed))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/changes", public("getTableChanges", s.getChanges))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/changes.csv", public("getTableChangesCSV", s.getChangesCSV))
	r.Post("/api/v1/citations", public("createCitation", s.createCitation))
	r.Get("/api/v1/citations/{citation}", public("getCitation", s.getCitation))
	r.Get("/c/{citation}", s.cited) // the short, permanent address
	r.Post("/c", s.citeForm)
	r.Get("/api/v1/datasets/{dataset}/usage", public("getUsage", s.getUsage))
	r.Get("/api/v1/datasets/{dataset}/package.zip", public("exportPackage", s.exportPackage))
	r.Get("/api/v1/datasets/{dataset}/tables/{table}/export.{format}", public("exportTable", s.export))
	r.Get("/api/v1/sql", public("getSQL", s.getSQL))
	r.Post("/api/v1/sql", public("postSQL", s.postSQL))

	r.Post("/api/v1/datasets/{dataset}/versions/{version}/publish", token("publishVersion", s.publishVersion))
	r.Post("/api/v1/datasets/{dataset}/versions/{version}/withdraw", token("withdrawVersion", s.withdrawVersion))
	r.Post("/api/v1/datasets/{dataset}/versions/{version}/purge", token("purgeVersion", s.purgeVersion))
	r.Get("/api/v1/datasets/{dataset}/recipe", token("getRecipe", s.getRecipe))
	r.Put("/api/v1/datasets/{dataset}/recipe", token("putRecipe", s.putRecipe))
	r.Get("/api/v1/datasets/{dataset}/recipe/revisions", token("listRecipes", s.listRecipes))
	r.Put("/api/v1/datasets/{dataset}/tables/{table}/schema.json", token("putTableSchema", s.putTableSchema))
	r.Get("/api/v1/datasets/{dataset}/uploads", token("listUploads", s.listUploads))
	r.Post("/api/v1/datasets/{dataset}/uploads", token("createUpload", s.createUpload))
	r.Get("/api/v1/uploads/{upload}", token("getUpload", s.getUpload))
	r.Get("/api/v1/uploads/{upload}/findings", token("listFindings", s.listFindings))
	r.Get("/api/v1/uploads/{upload}/annotated.xlsx", token("getAnnotated", s.getAnnotated))
	r.Post("/api/v1/uploads/{upload}/cancel", token("cancelUpload", s.cancelUpload))
	r.Post("/api/v1/uploads/{upload}/retry", token("retryUpload", s.retryUpload))
	r.Post("/api/v1/uploads/{upload}/reread", token("rereadUpload", s.rereadUpload))
	r.Post("/api/v1/uploads/{upload}/purge", token("purgeUpload", s.purgeUpload))

	if err := s.documents(r); err != nil { // /openapi.yaml, /openapi.json, /schemas/recipe.json, /docs, /docs/problems
		return nil, err
	}
	if s.cfg.Pages != nil {
		s.cfg.Pages.Routes(r)
	}
	return r, missing
}

// request is a request that the contract has checked.
type request struct {
	*http.Request
	op     *contract.Operation
	params contract.Params
	who    catalog.Actor
	base   string
}

// handler answers a checked request, or returns an error before it has
// written anything.
type handler func(w http.ResponseWriter, r *request) error

// operation checks requests against the operation of the document, finds out
// who asks and writes the errors of h.
func (s *Server) operation(id string, needsToken bool, h handler, missing *error) http.HandlerFunc {
	op, ok := s.contract.Operation(id)
	if !ok {
		*missing = fmt.Errorf("openapi.yaml has no operation %s", id)
	}
	return func(w http.ResponseWriter, plain *http.Request) {
		w.Header().Add("Vary", "Authorization")
		err := func() error {
			asks := askerOf(plain.Context())
			if asks.err != nil {
				return asks.err
			}
			who := asks.who
			if needsToken && who == (catalog.Actor{}) {
				return catalog.Errorf(catalog.Unauthenticated, "", "this operation needs a token")
			}
			params, err := op.Check(plain)
			if err != nil {
				return err
			}
			return h(w, &request{Request: plain, op: op, params: params, who: who, base: s.base(plain)})
		}()
		if err != nil {
			s.fail(w, plain, err)
		}
	}
}
