// What the page's files may do, for who serves them: a Content-Security-Policy for each.

/** No text becomes code, nothing is sent anywhere but to the page's own server, and that is asked for its files alone. */
const page = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'";

export const policies = {
  page,
  withoutWasm: page.replace(" 'wasm-unsafe-eval'", ''),
  /**
   * The worker that runs a notebook's cells makes each a module of its own. It may ask no server for anything but the
   * page's scripts. A worker follows the policy that its own file is served with, not the document's. Firefox takes what a
   * worker imports for a worker: a narrower worker-src would forbid that.
   */
  cells: "default-src 'none'; script-src 'self' blob: 'wasm-unsafe-eval'",
};

/** Of a file of the built page, by its path. */
export const policyOf = (path) =>
  /\/notebook-worker-[\w-]+\.js$/.test(path) ? policies.cells : policies.page;

/** Serves each file of the built page with its policy. */
export const servedPolicies = () => ({
  name: 'served-policies',
  configurePreviewServer({ middlewares }) {
    middlewares.use(({ url = '/' }, response, next) => {
      response.setHeader('Content-Security-Policy', policyOf(new URL(url, 'http://localhost').pathname));
      next();
    });
  },
});
