import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addDebianBase } from "../../test/support/corpus/bases.ts";
import { runCommand } from "../../test/support/engines/run-command.ts";
import { machineEnvironment } from "../machine.ts";
import { KEEP_NO_PACKAGES } from "./debian.ts";
import type { Recipe } from "./recipe.ts";

/** The packages that the application is first built with, and those that a later step upgrades. */
const FIRST = ["numpy==1.24.4", "pandas==2.0.3"];
const MORE = ["Django==4.2.16", "SQLAlchemy==2.0.30", "lxml==5.2.2", "gunicorn==22.0.0"];
const UPGRADED = ["numpy==1.26.4"];

/**
 * An application packaged as usual: 17 layers, of which the upper ones delete, upgrade and chown what the lower ones
 * have.
 */
export const pythonApp: Recipe = {
  name: "python-app",
  title: "Python app, 17 layers",
  dockerfile: `FROM scratch
ADD base.tar /
ENV DEBIAN_FRONTEND=noninteractive LANG=C.UTF-8 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN ${KEEP_NO_PACKAGES} && apt-get update && apt-get install -y python3 python3-venv
RUN apt-get install -y gcc python3-dev
RUN apt-get install -y curl
RUN useradd --create-home app
COPY wheels /tmp/wheels
RUN python3 -m venv /opt/venv
COPY requirements.txt /srv/app/requirements.txt
RUN /opt/venv/bin/pip install --no-index --find-links /tmp/wheels ${FIRST.join(" ")}
RUN /opt/venv/bin/pip install --no-index --find-links /tmp/wheels ${MORE.join(" ")}
RUN /opt/venv/bin/pip install --no-index --find-links /tmp/wheels --upgrade ${UPGRADED.join(" ")}
COPY app /srv/app/app
RUN /opt/venv/bin/python -m compileall -q /srv/app
RUN rm -rf /tmp/wheels
RUN apt-get purge -y gcc python3-dev && apt-get autoremove -y
RUN rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin
RUN chown -R app:app /srv/app /opt/venv
WORKDIR /srv/app
ENV PATH=/opt/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s CMD curl -fsS http://127.0.0.1:8000/ || exit 1
USER app
ENTRYPOINT ["gunicorn"]
CMD ["--bind", "0.0.0.0:8000", "app.wsgi"]
`,
  async fill(context) {
    addDebianBase(context);
    writeFileSync(join(context, "requirements.txt"), `${[...UPGRADED, ...FIRST.slice(1), ...MORE].join("\n")}\n`);
    mkdirSync(join(context, "app"));
    for (const module of ["__init__", "settings", "urls", "views", "wsgi"]) {
      writeFileSync(join(context, "app", `${module}.py`), `"""The ${module} of an application."""\n`);
    }
    for (const packages of [[...FIRST, ...MORE], UPGRADED]) await download(join(context, "wheels"), packages);
  },
};

/** Downloads wheels for the Python of the base image: pip is configured on the machine, but not in the image. */
async function download(folder: string, packages: readonly string[]): Promise<void> {
  const target = ["--only-binary=:all:", "--python-version=3.11", "--platform=manylinux2014_x86_64", "--dest", folder];
  const platform = ["--platform=manylinux_2_17_x86_64"];
  const argv = ["python3", "-m", "pip", "download", "--quiet", ...target, ...platform, ...packages];
  await runCommand(argv, { env: machineEnvironment(), timeoutMs: 600_000 });
}
