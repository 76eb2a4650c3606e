// Uppy Companion, which signs part URLs for browsers, set up for nothing else. Prints its address; ends with its input.
import * as companion from '@uppy/companion'
import express from 'express'
import { tmpdir } from 'node:os'

const [endpoint, bucket, region, key, secret] = process.argv.slice(2)
process.env.NODE_ENV = 'production'

const { app } = companion.app({
  server: { host: 'localhost', protocol: 'http' },
  filePath: tmpdir(),
  secret: 'companion',
  uploadUrls: [endpoint],
  corsOrigins: true,
  metrics: false,
  providerOptions: {},
  s3: { endpoint, bucket, region, key, secret, forcePathStyle: true, expires: 3600 },
})
const server = express().use(app).listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`))
process.stdin.on('end', () => process.exit()).resume()
