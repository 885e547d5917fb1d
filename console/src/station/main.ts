import { mount } from 'svelte';

import '../shared/tokens.css';
import App from './App.svelte';
import { station } from './station.svelte';

station.boot();
mount(App, { target: document.getElementById('app')! });
